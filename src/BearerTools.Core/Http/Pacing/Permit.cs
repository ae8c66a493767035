namespace BearerTools.Http.Pacing;

/// <summary>The right to send one message now; given back when its answer's headers are there, or nothing comes any more.</summary>
/// <param name="Pace">Who gave it.</param>
/// <param name="Sent">When, as the pace counts time; nothing when nobody counted.</param>
/// <param name="Arrival">When the message has arrived, if its answer does not say so before.</param>
internal readonly record struct Permit(OriginPace Pace, TimeSpan Sent, TimeSpan Arrival)
{
    public bool IsCounted => Arrival > TimeSpan.Zero;
}
