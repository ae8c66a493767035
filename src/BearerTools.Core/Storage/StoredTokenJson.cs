using System.Buffers;
using System.Text.Json;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>The content of an entry as JSON, before encryption.</summary>
internal static class StoredTokenJson
{
    private const string AccessToken = "access_token";
    private const string TokenType = "token_type";
    private const string ExpiresOn = "expires_on";
    private const string IssuedOn = "issued_on";
    private const string RefreshToken = "refresh_token";
    private const string AccountId = "account_id";
    private const string Account = "account";
    private const string Scopes = "scopes";
    private const string GrantedScopes = "granted_scopes";
    private const string Authority = "authority";
    private const string ClientId = "client_id";
    private const string Flow = "flow";
    private const string IssuedTokenType = "issued_token_type";
    private const string Additional = "additional";
    private const string AdditionalXml = "additional_xml";
    private const string ProofKey = "proof_key";
    private const string StoredOn = "stored_on";
    private const string Revision = "revision";

    /// <returns>UTF-8. It contains the secrets, so the caller clears it.</returns>
    public static byte[] Write(StoredToken token)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(AccessToken, token.AccessToken.Reveal());
            writer.WriteString(TokenType, token.TokenType);
            WriteTime(writer, ExpiresOn, token.ExpiresOn);
            WriteTime(writer, IssuedOn, token.IssuedOn);
            WriteText(writer, RefreshToken, token.RefreshToken?.Reveal());
            WriteText(writer, AccountId, token.AccountId);
            WriteText(writer, Account, token.Account);
            WriteTexts(writer, Scopes, token.Scopes);
            WriteTexts(writer, GrantedScopes, token.GrantedScopes);
            WriteText(writer, Authority, token.Authority);
            WriteText(writer, ClientId, token.ClientId);
            WriteText(writer, Flow, token.Flow);
            WriteText(writer, IssuedTokenType, token.IssuedTokenType);
            if (token.Additional.Values.Count > 0)
            {
                writer.WritePropertyName(Additional);
                token.Additional.WriteTo(writer);
                WriteText(writer, AdditionalXml, token.Additional.Xml);
            }

            if (token.ProofKey is { } key) writer.WriteBase64String(ProofKey, key);
            writer.WriteString(StoredOn, token.StoredOn);
            writer.WriteString(Revision, token.Revision);
            writer.WriteEndObject();
        }

        var json = buffer.WrittenSpan.ToArray();
        buffer.Clear();
        return json;
    }

    /// <returns>The entry, or <see langword="null"/> if the content is not an entry.</returns>
    public static StoredToken? Read(ReadOnlyMemory<byte> content)
    {
        if (ServerJson.TryParse(content) is not { ValueKind: JsonValueKind.Object } json) return null;
        if (Text(json, AccessToken) is not { Length: > 0 } value) return null;
        return new StoredToken
        {
            AccessToken = new Secret(value),
            TokenType = Text(json, TokenType) ?? AuthScheme.Bearer,
            ExpiresOn = Time(json, ExpiresOn),
            IssuedOn = Time(json, IssuedOn),
            RefreshToken = Text(json, RefreshToken) is { Length: > 0 } refresh ? new Secret(refresh) : null,
            AccountId = Text(json, AccountId),
            Account = Text(json, Account),
            Scopes = Texts(json, Scopes),
            GrantedScopes = Texts(json, GrantedScopes),
            Authority = Text(json, Authority),
            ClientId = Text(json, ClientId),
            Flow = Text(json, Flow),
            IssuedTokenType = Text(json, IssuedTokenType),
            Additional = json.TryGetProperty(Additional, out var members)
                ? AdditionalMembers.Read(members, _ => false, _ => false, Text(json, AdditionalXml))
                : AdditionalMembers.None,
            ProofKey = json.TryGetProperty(ProofKey, out var key) && key.ValueKind == JsonValueKind.String
                && key.TryGetBytesFromBase64(out var bytes) ? bytes : null,
            StoredOn = Time(json, StoredOn) ?? default,
            Revision = Text(json, Revision) ?? string.Empty,
        };
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } value) writer.WriteString(name, value);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time)
            ? time
            : null;

    private static string[] Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];
}
