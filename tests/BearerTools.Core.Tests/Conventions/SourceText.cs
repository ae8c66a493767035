using System.Text;

namespace BearerTools.Tests.Conventions;

/// <summary>C# without what only looks like code: comments are gone, strings are empty, holes in strings stay.</summary>
internal sealed class SourceText
{
    private readonly string _text;
    private readonly StringBuilder _code = new();
    private int _at;

    private SourceText(string text) => _text = text;

    public static string CodeOf(string text)
    {
        var source = new SourceText(text);
        source.Code(insideHole: false);
        return source._code.ToString();
    }

    private void Code(bool insideHole)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            if (insideHole && depth == 0 && _text[_at] == '}') return;
            if (Sees("//")) SkipTo("\n");
            else if (Sees("/*")) SkipPast("*/");
            else if (_text[_at] == '\'') Character();
            else if (StringStart() is var (start, dollars, verbatim)) Text(start, dollars, verbatim);
            else
            {
                if (_text[_at] == '{') depth++;
                if (_text[_at] == '}') depth--;
                _code.Append(_text[_at++]);
            }
        }
    }

    private bool Sees(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    private void SkipTo(string end)
    {
        var found = _text.IndexOf(end, _at, StringComparison.Ordinal);
        _at = found < 0 ? _text.Length : found;
    }

    private void SkipPast(string end)
    {
        _at += 2;
        SkipTo(end);
        _at = Math.Min(_text.Length, _at + end.Length);
    }

    private void Character()
    {
        _at += _text[_at + 1] == '\\' ? 3 : 2;
        SkipTo("'");
        _at++;
    }

    private (int Quotes, int Dollars, bool Verbatim)? StringStart()
    {
        var place = _at;
        var (dollars, verbatim) = (0, false);
        for (; place < _text.Length && _text[place] is '$' or '@'; place++)
        {
            if (_text[place] == '$') dollars++;
            else verbatim = true;
        }

        var quotes = place;
        while (place < _text.Length && _text[place] == '"') place++;
        return place == quotes ? null : (quotes, dollars, verbatim);
    }

    private void Text(int start, int dollars, bool verbatim)
    {
        var quotes = 0;
        while (start + quotes < _text.Length && _text[start + quotes] == '"') quotes++;
        var isRaw = quotes >= 3 && !verbatim;
        // Two quotes are an empty string, unless more follows that makes the first one a beginning.
        var length = isRaw ? quotes : 1;
        var end = new string('"', length);
        _at = start + length;
        _code.Append("\"\"");
        while (_at < _text.Length)
        {
            if (Sees(end))
            {
                if (verbatim && Sees("\"\""))
                {
                    _at += 2;
                    continue;
                }

                _at += length;
                return;
            }

            if (dollars > 0 && _text[_at] == '{') Braces(isRaw ? dollars : 1, isRaw);
            else _at += !isRaw && !verbatim && _text[_at] == '\\' ? 2 : 1;
        }
    }

    /// <summary>Braces within an interpolated string: a hole, or text.</summary>
    private void Braces(int hole, bool isRaw)
    {
        var count = 0;
        while (_at + count < _text.Length && _text[_at + count] == '{') count++;
        _at += count;
        if (isRaw ? count < hole : count % 2 == 0) return;
        _code.Append(' ');
        Code(insideHole: true);
        _code.Append(' ');
        _at += hole;
    }
}
