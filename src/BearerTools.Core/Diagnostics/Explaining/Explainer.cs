using BearerTools.Security;

namespace BearerTools.Diagnostics.Explaining;

/// <summary>
/// Explains the decisions of one command: each once, however many inputs it applies to, and up to a limit. Not safe for concurrent use.
/// </summary>
internal sealed class Explainer
{
    /// <summary>Each retry of 10,000 inputs is a decision of its own.</summary>
    public const int MaxSentences = 200;

    private const string End = "There are more decisions, which are not explained. -Verbose shows every step, and "
        + "Get-BearerTrace every request.";

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The explanation of an event, without secrets; <see langword="null"/> if it needs none, or was explained before.</summary>
    public string? Explain(DiagnosticEvent e)
    {
        if (_known.Count > MaxSentences || Explanation.Of(e) is not { } text || !_known.Add(Explanation.TopicOf(e) ?? text)) return null;
        return _known.Count > MaxSentences ? End : LiveSecrets.Redact(text);
    }
}
