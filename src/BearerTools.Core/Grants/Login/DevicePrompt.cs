using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>Builds the instructions for sign-in with a device code.</summary>
internal static class DevicePrompt
{
    public static string Text(DeviceAuthorization authorization, TokenMetadata metadata, DateTimeOffset end)
    {
        List<string> lines =
        [
            string.Empty,
            $"To sign in to {ServerText.Clean(metadata.Authority!)}, open this page in a browser on any device:",
            $"    {authorization.VerificationUri}",
            $"Check that the browser shows {authorization.Host}, then enter the code:",
            $"    {authorization.UserCode}",
        ];
        if (authorization.VerificationUriComplete is { } complete)
        {
            lines.Add($"Or open this page, which already contains the code, and check that the browser shows {authorization.HostComplete} "
                + "and that the codes match:");
            lines.Add($"    {complete}");
        }

        lines.Add("Continue only if you started this sign-in yourself: a code from somebody else lets them sign in as you.");
        lines.Add($"Waiting until {TimeText.Clock(end)}; press Ctrl+C to cancel.");
        lines.Add(string.Empty);
        return string.Join(Environment.NewLine, lines);
    }
}
