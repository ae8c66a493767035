using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace BearerTools.Security;

/// <summary>
/// Removes secrets from the elements of XML and HTML, without parsing, so that the beginning of a text and invalid text are possible: the
/// text of elements whose names suggest a secret, with all that they contain, and values beside such a name:
/// <c>&lt;add key="password" value="…"/&gt;</c>.
/// </summary>
internal sealed partial class XmlRedaction(RedactionOptions options)
{
    public string Redact(string text)
    {
        var (output, copied, state) = ((StringBuilder?)null, 0, default(State));
        // Few names, each of them often.
        var names = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (Match tag in Tag().Matches(text))
        {
            if (Run(text, state.RunStart, tag.Index) is { Length: > 0 } run) Remove(run);
            var name = tag.Groups["name"].Value;
            if (tag.Groups["end"].Success) state.Close(name);
            else Open(tag, name);
            state.RunStart = tag.Index + tag.Length;
        }

        if (Run(text, state.RunStart, text.Length) is { Length: > 0 } rest) Remove(rest);
        return output is null ? text : output.Append(text, copied, text.Length - copied).ToString();

        void Remove((int Start, int Length) run)
        {
            var value = text.Substring(run.Start, run.Length);
            if (state.Name is { } name && SecretNames.IsLabel(name) && options.IncludesLabel(value)) state.IsLabelled = true;
            if (!IsSecret(state, value)) return;
            options.Found?.Invoke(value);
            Mark(run.Start, run.Length);
        }

        void Mark(int start, int length)
        {
            (output ??= new StringBuilder(text.Length)).Append(text, copied, start - copied).Append(options.Mark);
            copied = start + length;
        }

        void Open(Match tag, string name)
        {
            var isLabelled = (state.IsLabelled && SecretNames.IsLabelled(name)) || HasLabel(tag);
            ref var isNamed = ref CollectionsMarshal.GetValueRefOrAddDefault(names, name, out var isKnown);
            if (!isKnown) isNamed = options.IncludesField(name, string.Empty);
            var isSecret = isLabelled || isNamed;
            if (isSecret || state.Secret is not null)
            {
                foreach (Match attribute in Attribute().Matches(tag.Value))
                {
                    var value = attribute.Groups["value"];
                    if (value.Length == 0 || !SecretNames.IsLabelled(attribute.Groups["name"].Value)) continue;
                    options.Found?.Invoke(value.Value);
                    Mark(tag.Index + value.Index, value.Length);
                }
            }

            if (!tag.Value.EndsWith("/>", StringComparison.Ordinal)) state.Open(name, isSecret);
        }
    }

    private bool IsSecret(State state, string value) => value != options.Mark && (state.Secret is not null
        ? state.Name is null || state.Name == state.Secret || !SecretNames.IsDescription(state.Name)
        : state.Name is { } name && SecretNames.DependsOnValue(name) && options.IncludesField(name, value));

    private bool HasLabel(Match tag)
    {
        if (tag.Groups["attributes"].Length == 0) return false;
        foreach (Match attribute in Attribute().Matches(tag.Value))
        {
            if (SecretNames.IsLabel(attribute.Groups["name"].Value) && options.IncludesLabel(attribute.Groups["value"].Value)) return true;
        }

        return false;
    }

    /// <summary>The text between two tags, without white space around it.</summary>
    private static (int Start, int Length) Run(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start])) start++;
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        return (start, end - start);
    }

    [GeneratedRegex("""
        <(?<end>/)?(?:[\w.-]{1,50}:)?(?<name>[\w.-]{1,100})(?<attributes>(?>(?:[^<>"']|"[^"<]*"|'[^'<]*')*))>
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex("""
        \s(?<name>[\w.:-]{1,100})\s?=\s?(?:"(?<value>[^"<]*)"|'(?<value>[^'<]*)'|(?<value>[^\s"'<>]+))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Attribute();

    private struct State
    {
        private int _depth;

        /// <summary>Where the text after the last tag begins.</summary>
        public int RunStart;

        /// <summary>The outermost element whose content is secret, or <see langword="null"/> outside of one.</summary>
        public string? Secret { get; private set; }

        /// <summary>The element that was opened last, or <see langword="null"/> after its end.</summary>
        public string? Name { get; private set; }

        /// <summary>True after the name of a secret, whose value may follow: <c>&lt;key&gt;password&lt;/key&gt;</c>.</summary>
        public bool IsLabelled { get; set; }

        public void Open(string name, bool isSecret)
        {
            Name = name;
            if (Secret is null && isSecret) Secret = name;
            if (Secret == name) _depth++;
            if (!SecretNames.IsLabel(name)) IsLabelled = false;
        }

        public void Close(string name)
        {
            Name = null;
            if (Secret == name && --_depth == 0) Secret = null;
        }
    }
}
