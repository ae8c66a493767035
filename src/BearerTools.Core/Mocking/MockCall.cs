using System.Globalization;
using BearerTools.Security;

namespace BearerTools.Mocking;

/// <summary>A request that a mock received, and its response.</summary>
/// <param name="Number">The position among the calls of the mock, from 1.</param>
/// <param name="Time">The time on the mock's clock.</param>
/// <param name="Request">The request.</param>
internal sealed record MockCall(int Number, DateTimeOffset Time, MockRequest Request)
{
    /// <summary>What determined the response, or <see langword="null"/> if nothing matched.</summary>
    public string? Rule { get; set; }

    /// <summary>Status of the response, or <see langword="null"/> if there was none.</summary>
    public int? Status { get; set; }

    public MockFault Fault { get; set; }

    /// <summary>True if nothing matched the request.</summary>
    public bool IsUnmatched { get; set; }

    /// <summary>The headers; the values of credentials are blanked.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers =>
        Request.Headers.Select(header => KeyValuePair.Create(
            header.Key, SecretNames.IncludeHeader(header.Key, header.Value) ? LiveSecrets.Mark : LiveSecrets.Redact(header.Value)));

    /// <summary>The address, without the values of secrets that the process knows.</summary>
    public Uri Address =>
        LiveSecrets.Redact(Request.Address.AbsoluteUri) is var text && text == Request.Address.AbsoluteUri ? Request.Address
            : AddressParser.TryParse(text, out var redacted) ? redacted
            // The secret is a part of the host name.
            : AddressParser.Known("about:redacted");

    /// <summary>One line for the list in an error: secrets are removed by the error.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Number}. {Request} -> {Outcome}");

    private string Outcome => IsUnmatched ? "not matched"
        : Status is { } status ? status.ToString(CultureInfo.InvariantCulture)
        : Fault == MockFault.None ? "no response" : Fault.ToString();
}
