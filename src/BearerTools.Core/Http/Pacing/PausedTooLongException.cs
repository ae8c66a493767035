namespace BearerTools.Http.Pacing;

/// <summary>A message could go out only when it is no use any more.</summary>
internal sealed class PausedTooLongException(Pause pause) : Exception(pause.Clause)
{
    public Pause Pause => pause;
}
