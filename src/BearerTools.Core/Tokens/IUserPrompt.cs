namespace BearerTools.Tokens;

/// <summary>
/// Prompts the user of the session, for sources that need user interaction: shows a code, opens a browser, or asks for an address. It is
/// <see langword="null"/> where no user can be prompted.
/// </summary>
internal interface IUserPrompt
{
    /// <summary>
    /// Why the user cannot be prompted, as a clause such as <c>the session has no terminal</c>; <see langword="null"/> if prompting is
    /// possible.
    /// </summary>
    string? UnavailableReason { get; }

    /// <summary>True if a browser may be opened for the user.</summary>
    bool HasBrowser { get; }

    /// <summary>Maximum time to wait for the user, or <see langword="null"/> for the default.</summary>
    TimeSpan? LoginTimeout { get; }

    /// <summary>Shows a text immediately, independent of other output.</summary>
    Task ShowAsync(string text, CancellationToken cancel);

    /// <summary>Shows a question, and reads a line from the user.</summary>
    Task<string?> ReadLineAsync(string question, CancellationToken cancel);

    /// <summary>Runs the user's script block on the thread of the waiting command. This also works in non-interactive sessions.</summary>
    Task<string?> RunAsync(Func<string?> script, CancellationToken cancel);
}
