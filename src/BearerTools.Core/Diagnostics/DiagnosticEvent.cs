namespace BearerTools.Diagnostics;

/// <summary>
/// A diagnostic event, as data. <see cref="EventText"/> formats it where it is shown; the code that raises it builds no text.
/// </summary>
internal abstract record DiagnosticEvent
{
    public virtual EventLevel Level => EventLevel.Verbose;
}
