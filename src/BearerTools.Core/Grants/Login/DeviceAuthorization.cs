using System.Globalization;
using System.Text.Json;
using BearerTools.Security;
using DeviceCodeResponse = BearerTools.Grants.OAuthConstants.DeviceCodeResponse;

namespace BearerTools.Grants.Login;

/// <summary>
/// A device authorization response: the code for the user, and the device code to poll with (RFC 8628 section 3.2).
/// </summary>
internal sealed record DeviceAuthorization
{
    public const int LongestCode = 100;

    private static readonly TimeSpan s_defaultLife = TimeSpan.FromMinutes(10);

    public required Secret DeviceCode { get; init; }

    /// <summary>Sanitised for display, like the verification addresses.</summary>
    public required string UserCode { get; init; }
    public required string VerificationUri { get; init; }

    /// <summary>The verification page with the code filled in, or <see langword="null"/>.</summary>
    public string? VerificationUriComplete { get; init; }
    public required string Host { get; init; }

    /// <summary>
    /// The host of the page with the code filled in, which may differ from <see cref="Host"/>; <see langword="null"/> if there is
    /// no such page.
    /// </summary>
    public string? HostComplete { get; init; }
    public required DateTimeOffset ExpiresOn { get; init; }

    /// <summary>The minimum time between two polls.</summary>
    public required TimeSpan Interval { get; init; }

    /// <exception cref="BearerTokenException">A member is missing, or an address is not safe to open.</exception>
    public static DeviceAuthorization Read(BackchannelResponse response, DateTimeOffset sent)
    {
        var json = response.ReadJson();
        var code = Text(json, DeviceCodeResponse.DeviceCode) ?? throw Missing(response, json, DeviceCodeResponse.DeviceCode);
        var userCode = Text(json, DeviceCodeResponse.UserCode) ?? throw Missing(response, json, DeviceCodeResponse.UserCode);
        var page = Text(json, DeviceCodeResponse.VerificationUri)
            ?? Text(json, DeviceCodeResponse.VerificationUrl)
            ?? throw Missing(response, json, DeviceCodeResponse.VerificationUri);
        var address = Page(response.Sender, page);
        var complete = Text(json, DeviceCodeResponse.VerificationUriComplete) is { } text ? Page(response.Sender, text) : null;
        return new DeviceAuthorization
        {
            DeviceCode = new Secret(code),
            UserCode = ServerText.Clean(userCode, LongestCode),
            VerificationUri = ServerText.Clean(address.AbsoluteUri),
            VerificationUriComplete = complete is null ? null : ServerText.Clean(complete.AbsoluteUri),
            HostComplete = complete?.IdnHost,
            Host = address.IdnHost,
            ExpiresOn = sent + (Seconds(json, DeviceCodeResponse.ExpiresIn) ?? s_defaultLife),
            Interval = Seconds(json, DeviceCodeResponse.Interval) ?? PollingPace.DefaultInterval,
        };
    }

    /// <param name="sender">The server, used to start the error message.</param>
    /// <param name="text">The page's address.</param>
    /// <exception cref="BearerTokenException">The address is not safe to open.</exception>
    public static Uri Page(string sender, string text)
    {
        if (AddressParser.TryParse(text, out var address)
            && address.UserInfo.Length == 0
            && Origin.TryOf(address, out var origin)
            && origin.IsSafe)
            return address;
        throw new BearerTokenException($"{sender} sends users to a page that is not https: {ServerText.Clean(text)}")
        {
            ErrorId = "InsecureEndpoint",
            Kind = BearerErrorKind.Security,
            NextStep = "Do not enter the code there. Report this to the authority's operator.",
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static TimeSpan? Seconds(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value)) return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 1e6
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private static BearerTokenException Missing(BackchannelResponse response, JsonElement json, string name) =>
        new($"The response of {BackchannelErrors.InSentence(response.Sender)} has no '{name}'; it has {JsonPath.Names(json)}.")
        {
            ErrorId = "DeviceResponseInvalid",
            Kind = BearerErrorKind.InvalidData,
            StatusCode = response.Status,
            NextStep = "Check the device authorization endpoint's address.",
        };
}
