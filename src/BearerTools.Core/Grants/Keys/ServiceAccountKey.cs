using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>A Google service account's key file: JSON with the account, the token endpoint and the private key.</summary>
internal sealed class ServiceAccountKey : KeyPlace
{
    private readonly ReferencedContent _place;

    /// <param name="reference"><c>file:PATH</c> with an absolute path, or another reference such as <c>env:NAME</c>.</param>
    /// <param name="parse">Parses a reference (default: <see cref="SecretReference.Parse"/>).</param>
    /// <exception cref="BearerTokenException">The file does not exist, or is not a service account's key file.</exception>
    public ServiceAccountKey(string reference, Func<string, SecretReference>? parse = null)
    {
        _place = new ReferencedContent(reference, parse);
        var root = Open();
        Account = Member(root, "client_email") ?? throw Wrong("has no 'client_email'");
        TokenEndpoint = AddressParser.TryParse(Member(root, "token_uri"), out var address)
            ? address
            : throw Wrong("has no 'token_uri'");
        KeyId = Member(root, "private_key_id");
    }

    public override string? Text => _place.Text;

    /// <summary>The service account's name.</summary>
    public string Account { get; }

    public Uri TokenEndpoint { get; }

    public string? KeyId { get; }

    public override ClientKey Read() => PemKey.Read(Member(Open(), "private_key") ?? throw Wrong("has no 'private_key'"), null);

    private JsonElement Open()
    {
        var json = ServerJson.TryParse(Encoding.UTF8.GetString(_place.Read()).TrimStart('\uFEFF')) ?? throw Wrong("is not valid JSON");
        var type = Member(json, "type");
        if (type == "service_account") return json;
        throw Wrong(type is null ? "has no 'type'" : $"has the type '{ServerText.Clean(type, 60)}'");
    }

    private BearerTokenException Wrong(string what) => new($"{_place.Shown} is not a service account's key file: it {what}.")
    {
        ErrorId = "WrongKindOfKey",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Use the JSON key file created for the service account. Pass a PEM, JWK or PFX with -ClientKey.",
    };

    private static string? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
