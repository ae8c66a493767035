namespace BearerTools.Http.Pacing;

/// <summary>Why no message goes to an origin, and how long.</summary>
/// <param name="Reason">Half a sentence: <c>the API asked for a pause</c>.</param>
/// <param name="For">How long, from now.</param>
internal readonly record struct Pause(string Reason, TimeSpan For)
{
    public const string Asked = "the API asked for a pause";
    public const string UsedUp = "the API's quota is used up";
}
