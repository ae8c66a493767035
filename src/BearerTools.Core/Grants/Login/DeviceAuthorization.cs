using System.Globalization;
using System.Text.Json;
using BearerTools.Security;
using Words = BearerTools.Grants.OAuthConstants.DeviceCodeResponse;

namespace BearerTools.Grants.Login;

/// <summary>A code for a person to enter, and the one to ask by whether that has been done (RFC 8628 section 3.2).</summary>
internal sealed record DeviceAuthorization
{
    public const int LongestCode = 100;

    private static readonly TimeSpan s_defaultLife = TimeSpan.FromMinutes(10);

    public required Secret DeviceCode { get; init; }

    /// <summary>Fit to print, as the next two.</summary>
    public required string UserCode { get; init; }
    public required string VerificationUri { get; init; }

    /// <summary>The same page with the code in it already.</summary>
    public string? VerificationUriComplete { get; init; }
    public required string Host { get; init; }

    /// <summary>Host of the page with the code in it; <see langword="null"/> if there is no such page. It may be another one.</summary>
    public string? HostComplete { get; init; }
    public required DateTimeOffset ExpiresOn { get; init; }

    /// <summary>How long to wait between two questions, at least.</summary>
    public required TimeSpan Interval { get; init; }

    /// <exception cref="BearerTokenException">Something is missing, or a person must not be sent there.</exception>
    public static DeviceAuthorization Read(BackchannelResponse response, DateTimeOffset sent)
    {
        var json = response.ReadJson();
        var code = Text(json, Words.DeviceCode) ?? throw Missing(response, json, Words.DeviceCode);
        var userCode = Text(json, Words.UserCode) ?? throw Missing(response, json, Words.UserCode);
        var page = Text(json, Words.VerificationUri) ?? Text(json, Words.VerificationUrl) ?? throw Missing(response, json, Words.VerificationUri);
        var address = Page(response.Sender, page);
        var complete = Text(json, Words.VerificationUriComplete) is { } text ? Page(response.Sender, text) : null;
        return new DeviceAuthorization
        {
            DeviceCode = new Secret(code),
            UserCode = ServerText.Clean(userCode, LongestCode),
            VerificationUri = ServerText.Clean(address.AbsoluteUri),
            VerificationUriComplete = complete is null ? null : ServerText.Clean(complete.AbsoluteUri),
            HostComplete = complete?.IdnHost,
            Host = address.IdnHost,
            ExpiresOn = sent + (Seconds(json, Words.ExpiresIn) ?? s_defaultLife),
            Interval = Seconds(json, Words.Interval) ?? PollingPace.DefaultInterval,
        };
    }

    /// <param name="sender">Whose page it is, as the beginning of a sentence.</param>
    /// <param name="text">Its address.</param>
    /// <exception cref="BearerTokenException">A person must not be sent there.</exception>
    public static Uri Page(string sender, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && Origin.TryOf(address, out var origin) && origin.IsSafe) return address;
        throw new BearerTokenException($"{sender} sends its users to a page that is not https: {ServerText.Clean(text)}")
        {
            ErrorId = "InsecureEndpoint",
            Kind = BearerErrorKind.Security,
            NextStep = "Do not enter the code there. The authority's operator has to correct it.",
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
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
        new($"{response.Sender} answered without '{name}'; there is {JsonPath.Names(json)}.")
        {
            ErrorId = "DeviceAnswerInvalid",
            Kind = BearerErrorKind.InvalidData,
            StatusCode = response.Status,
            NextStep = "Check the device authorization endpoint's address.",
        };
}
