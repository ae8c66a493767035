using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>What a person is told to do with a device code.</summary>
internal static class DevicePrompt
{
    public static string Text(DeviceAuthorization authorization, TokenMetadata metadata, DateTimeOffset end)
    {
        List<string> lines =
        [
            string.Empty,
            $"To log in at {ServerText.Clean(metadata.Authority!)}, open this page in a browser, on any device:",
            $"    {authorization.VerificationUri}",
            $"See that you are at {authorization.Host}, and enter the code:",
            $"    {authorization.UserCode}",
        ];
        if (authorization.VerificationUriComplete is { } complete)
        {
            lines.Add($"Or open the page with the code in it, see that you are at {authorization.HostComplete}, and compare the code:");
            lines.Add($"    {complete}");
        }

        lines.Add("Do so only if you started this yourself, just now: with a code that somebody sent you, you let them in under your name.");
        lines.Add($"Waiting until {TimeText.Clock(end)}; Ctrl+C ends it.");
        lines.Add(string.Empty);
        return string.Join(Environment.NewLine, lines);
    }
}
