namespace BearerTools.Http.Pacing;

/// <summary>The origin is paused for longer than a message may wait.</summary>
internal sealed class PausedTooLongException(Pause pause) : Exception(pause.Clause)
{
    public Pause Pause => pause;
}
