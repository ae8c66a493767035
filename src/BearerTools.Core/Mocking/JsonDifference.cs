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
            foreach (var member in expected.EnumerateObject())
            {
                var place = $"{path}.{member.Name}";
                if (!actual.TryGetProperty(member.Name, out var value)) yield return $"{place} is missing";
                else foreach (var difference in Of(member.Value, value, comparison, place, isSecret || SecretNames.Include(member.Name)))
                    yield return difference;
            }

            if (!comparison.IsExact) yield break;
            foreach (var member in actual.EnumerateObject())
            {
                if (!expected.TryGetProperty(member.Name, out _)) yield return $"{path}.{member.Name} is not expected";
            }
        }
        else if (expected.ValueKind == JsonValueKind.Array && actual.ValueKind == JsonValueKind.Array)
        {
            var (left, right) = (expected.GetArrayLength(), actual.GetArrayLength());
            if (left != right) yield return $"{path} has {right} items, not {left}";
            for (var i = 0; i < Math.Min(left, right); i++)
            {
                foreach (var difference in Of(expected[i], actual[i], comparison, $"{path}[{i}]", isSecret)) yield return difference;
            }
        }
        else if (!AreEqual(expected, actual, comparison.IsStrict))
        {
            yield return isSecret ? $"{path} has another value" : $"{path} is {Shown(actual)}, not {Shown(expected)}";
        }
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
