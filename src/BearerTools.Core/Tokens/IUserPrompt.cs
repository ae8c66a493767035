namespace BearerTools.Tokens;

/// <summary>
/// Whoever sits at the session, for sources that cannot do without: someone to show a code to, to send to a browser, to
/// ask for an address. A caller that has nobody to offer hands in nothing.
/// </summary>
internal interface IUserPrompt
{
    /// <summary>Why nobody would see a question, as a clause: <c>the session has no terminal</c>. Nothing when somebody is there.</summary>
    string? UnavailableReason { get; }

    /// <summary>Whether a browser may be opened for the person here.</summary>
    bool HasBrowser { get; }

    /// <summary>How long the person wants to be waited for; nothing: as long as is usual.</summary>
    TimeSpan? Patience { get; }

    /// <summary>Shows something at once, whatever else is being written.</summary>
    Task ShowAsync(string text, CancellationToken cancel);

    /// <summary>A line that the person types.</summary>
    Task<string?> AskAsync(string question, CancellationToken cancel);

    /// <summary>Runs a script of the person's own, on the thread of the command that they wait for; also when nobody would see a question.</summary>
    Task<string?> RunAsync(Func<string?> script, CancellationToken cancel);
}
