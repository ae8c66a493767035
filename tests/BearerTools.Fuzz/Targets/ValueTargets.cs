using BearerTools.Http;
using BearerTools.Running.Files;
using BearerTools.Security;

namespace BearerTools.Fuzz.Targets;

/// <summary>Single values.</summary>
internal static class ValueTargets
{
    public static IEnumerable<Target> All { get; } =
    [
        new("Dates", "date", text => _ = (ServerDelay.HttpDate(text), ServerValue.Date(text))),
        new("Numbers", "number", text => _ = (ServerValue.Number(text), ServerDelay.DelaySeconds(text))),
        new("EntityTags", "etag", text => _ = ServerValue.EntityTag(text)),
        new("CleanedText", "text", text => _ = (ServerText.Clean(text), ErrorText.Message(text), ServerText.Clean(text, 5, isCut: true))),
        new("FileNames", "disposition", text => _ = SafeFileName.From(text)),
        new("RateLimits", "rate", Rate),
    ];

    /// <summary>PowerShell's binder reports a FormatException as the argument's error.</summary>
    private static void Rate(string text)
    {
        try
        {
            _ = RateLimit.Parse(text);
        }
        catch (FormatException)
        {
            // The documented error.
        }
    }
}
