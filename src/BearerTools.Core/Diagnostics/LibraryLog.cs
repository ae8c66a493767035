namespace BearerTools.Diagnostics;

/// <summary>A line of a library's own log.</summary>
/// <param name="Library">The library, such as <c>MSAL</c>.</param>
/// <param name="Severity">The line's level, as the library names it.</param>
/// <param name="Message">The line, without personal data and secrets.</param>
internal sealed record LibraryLog(string Library, string Severity, string Message) : DiagnosticEvent
{
    public override EventLevel Level => EventLevel.Debug;
}
