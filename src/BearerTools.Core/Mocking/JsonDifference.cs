using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Mocking;

/// <summary>Compares JSON values, and names the fields that differ.</summary>
internal static class JsonDifference
{
    private const int LongestValue = 100;

    /// <param name="expected">The expected value.</param>
    /// <param name="actual">The actual value.</param>
    /// <param name="isExact">False if objects of the actual value may have further members.</param>
    /// <param name="path">The path of the values.</param>
    /// <param name="isStrict">True if a number differs from its text. A form has only text.</param>
    /// <returns>
    /// A clause for each difference, such as <c>$.amount is 6, not 5</c>. Values of members whose names suggest a secret are not shown.
    /// </returns>
    public static IEnumerable<string> Of(
        JsonElement expected, JsonElement actual, bool isExact, string path = "$", bool isStrict = false) =>
        Of(expected, actual, new Comparison(isExact, isStrict), path, isSecret: false);

    private static IEnumerable<string> Of(
        JsonElement expected, JsonElement actual, Comparison comparison, string path, bool isSecret)
    {
        if (expected.ValueKind == JsonValueKind.Object && actual.ValueKind == JsonValueKind.Object)
        {
            var left = expected.EnumerateObject().ToLookup(member => member.Name, member => member.Value);
            var right = actual.EnumerateObject().ToLookup(member => member.Name, member => member.Value);
            foreach (var member in left)
            {
                var place = $"{path}.{member.Key}";
                if (!right.Contains(member.Key)) yield return $"{place} is missing";
                foreach (var (one, other) in Pairs(member, right[member.Key]))
                {
                    foreach (var difference in Of(one, other, comparison, place, isSecret || SecretNames.Include(member.Key)))
                        yield return difference;
                }
            }

            if (!comparison.IsExact) yield break;
            foreach (var member in right)
            {
                if (!left.Contains(member.Key)) yield return $"{path}.{member.Key} is not expected";
            }
        }
        else if (expected.ValueKind == JsonValueKind.Array && actual.ValueKind == JsonValueKind.Array)
        {
            var (length, actualLength) = (expected.GetArrayLength(), actual.GetArrayLength());
            if (length != actualLength) yield return $"{path} has {actualLength} items, not {length}";
            for (var i = 0; i < Math.Min(length, actualLength); i++)
            {
                foreach (var difference in Of(expected[i], actual[i], comparison, $"{path}[{i}]", isSecret)) yield return difference;
            }
        }
        else if (!AreEqual(expected, actual, comparison.IsStrict))
        {
            yield return isSecret ? $"{path} has another value" : $"{path} is {Shown(actual)}, not {Shown(expected)}";
        }
    }

    /// <summary>
    /// The values of a name that may occur several times. If not as often in both, the last one counts, as in most parsers.
    /// </summary>
    private static IEnumerable<(JsonElement Expected, JsonElement Actual)> Pairs(
        IEnumerable<JsonElement> expected, IEnumerable<JsonElement> actual)
    {
        JsonElement[] left = [.. expected];
        JsonElement[] right = [.. actual];
        return left.Length == right.Length ? left.Zip(right) : right.Length == 0 ? [] : [(left[^1], right[^1])];
    }

    private static bool AreEqual(JsonElement one, JsonElement other, bool isStrict)
    {
        if (!isStrict && one.ValueKind == JsonValueKind.Number && other.ValueKind == JsonValueKind.String)
            return one.GetRawText() == other.GetString();
        if (one.ValueKind != other.ValueKind) return false;
        return one.ValueKind switch
        {
            JsonValueKind.String => one.GetString() == other.GetString(),
            JsonValueKind.Number => one.GetRawText() == other.GetRawText()
                || (one.TryGetDecimal(out var left) && other.TryGetDecimal(out var right) ? left == right
                    : one.GetDouble().Equals(other.GetDouble())),
            _ => true,
        };
    }

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }

    private readonly record struct Comparison(bool IsExact, bool IsStrict);
}
