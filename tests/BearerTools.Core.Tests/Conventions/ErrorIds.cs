using System.Text.RegularExpressions;

namespace BearerTools.Tests.Conventions;

/// <summary>
/// The error ids in source files: values of a member ErrorId and of constants whose names end with Id, and arguments for a parameter that is
/// named errorId or id, or stand before a kind of error.
/// </summary>
internal static partial class ErrorIds
{
    private const string Kinds = "InvalidData|InvalidArgument|Authentication|Permission|NotFound|Connection|Timeout|Server|Security|Throttled|File";

    public static IReadOnlySet<string> In(IReadOnlyList<string> files)
    {
        var places = files.SelectMany(file => Declaration().Matches(file)).SelectMany(PlacesIn).ToLookup(place => place.Method, place => place.Index);
        var calls = new Regex($@"\b(?<method>{string.Join('|', places.Select(place => Regex.Escape(place.Key)).DefaultIfEmpty("-"))})\(", RegexOptions.CultureInvariant);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (Match beside in BesideKind().Matches(file)) found.Add(beside.Groups["id"].Value);
            foreach (Match member in Member().Matches(file)) Add(found, member.Groups["value"].Value);
            foreach (Match call in calls.Matches(file))
            {
                var arguments = Arguments(file, call.Index + call.Length);
                foreach (var index in places[call.Groups["method"].Value].Distinct().Where(index => index < arguments.Count)) Add(found, arguments[index]);
            }
        }

        return found;
    }

    private static void Add(SortedSet<string> found, string expression)
    {
        if (!Value().IsMatch(expression)) return;
        foreach (Match text in Text().Matches(expression)) found.Add(text.Groups["id"].Value);
    }

    private static IEnumerable<(string Method, int Index)> PlacesIn(Match declaration) => declaration.Groups["parameters"].Value.Split(',')
        .Select((parameter, index) => (parameter, index))
        .Where(each => IdParameter().IsMatch(each.parameter))
        .Select(each => (declaration.Groups["method"].Value, each.index));

    /// <summary>The arguments from there to the closing parenthesis.</summary>
    private static List<string> Arguments(string code, int at)
    {
        var (arguments, depth, start, isText) = (new List<string>(), 0, at, false);
        for (; at < code.Length; at++)
        {
            if (code[at] == '"' && code[at - 1] != '\\') isText = !isText;
            if (isText) continue;
            if (code[at] is '(' or '[' or '{') depth++;
            var isEnd = code[at] is ')' or ']' or '}' && depth-- == 0;
            if (!isEnd && !(code[at] == ',' && depth == 0)) continue;
            arguments.Add(code[start..at]);
            start = at + 1;
            if (isEnd) break;
        }

        return arguments;
    }

    [GeneratedRegex(@"\b(?<method>\w+)\((?<parameters>[^()]*\bstring\??\s(?:errorId|ErrorId|id)\b[^()]*)\)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\bstring\??\s(?:errorId|ErrorId|id)\b")]
    private static partial Regex IdParameter();

    [GeneratedRegex(@"(?:\bErrorId|\bconst string \w*Id) =>?\s(?<value>[^;,}]*?""\w+"")(?=\s*[,;}])")]
    private static partial Regex Member();

    [GeneratedRegex($@"""(?<id>[A-Z](?=\w*[a-z])[A-Za-z]+[0-9]*)"",\s*(?:BearerErrorKind\.)?(?:{Kinds})\b")]
    private static partial Regex BesideKind();

    /// <summary>One text, or one of two by a condition.</summary>
    [GeneratedRegex(@"^\s*(?:[^""]*\?\s*""\w+""\s*:\s*)?""\w+""\s*$")]
    private static partial Regex Value();

    [GeneratedRegex("\"(?<id>[A-Z](?=\\w*[a-z])[A-Za-z]+[0-9]*)\"")]
    private static partial Regex Text();
}
