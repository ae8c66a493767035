namespace BearerTools.Diagnostics;

/// <summary>
/// Something that happened, as data. <see cref="EventText"/> makes the sentence, where it is shown: a producer builds no text.
/// </summary>
internal abstract record DiagnosticEvent
{
    public virtual EventLevel Level => EventLevel.Verbose;
}
