using BearerTools.Diagnostics;
using BearerTools.Grants.Keys;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>A JWT that is exchanged for a token (RFC 7523 section 2.1).</summary>
internal abstract class GrantAssertion
{
    /// <summary>True if the assertion contains the requested scopes.</summary>
    public virtual bool HoldsScopes => false;

    /// <summary>The account that the assertion represents, or <see langword="null"/> if it is not known.</summary>
    public virtual string? Account => null;

    /// <summary>True if the last assertion is not the one in the key.</summary>
    public virtual bool HasChanged => false;

    public abstract void AddTo(TokenKey.Builder key);

    public abstract ValueTask<Secret> MakeAsync(TokenEndpoint endpoint, IEventSink events, CancellationToken cancel);
}

/// <summary>An assertion supplied by the user.</summary>
internal sealed class SuppliedAssertion(TokenReference assertion) : GrantAssertion
{
    public override bool HasChanged => assertion.HasChanged;

    public override void AddTo(TokenKey.Builder key) => key.AddIdentifyingSecret("assertion", assertion.First, assertion.Place);

    public override ValueTask<Secret> MakeAsync(TokenEndpoint endpoint, IEventSink events, CancellationToken cancel) =>
        assertion.ReadAsync(events, cancel);
}

/// <summary>An assertion signed with a key that the authority trusts; a new one for each request.</summary>
internal sealed class SignedAssertion(KeyPlace key, string issuer, TimeProvider time) : GrantAssertion
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    private readonly ClientKey _first = key.Read();

    /// <summary>The user to impersonate, or <see langword="null"/> for the issuer itself.</summary>
    public string? Subject { get; init; }

    /// <summary>
    /// Scopes for the assertion, as Google requires; <see langword="null"/> if they are sent with the request (RFC 7523).
    /// </summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    public string? Algorithm { get; init; }

    public string? KeyId { get; init; }

    /// <summary>True to use the token endpoint as audience even if the issuer is known.</summary>
    public bool AssertsToEndpoint { get; init; }

    public override bool HoldsScopes => Scopes is not null;

    public override string? Account => Subject ?? issuer;

    /// <summary>The last assertion. Held here so that a response that quotes it is redacted.</summary>
    public Secret? Latest { get; private set; }

    public override void AddTo(TokenKey.Builder builder) => builder
        .Add("assertion_issuer", issuer)
        .Add("assertion_subject", Subject)
        .AddPlace("assertion_key", key.Text)
        .Add("assertion_key", _first.Thumbprint)
        .Add("assertion_algorithm", Algorithm)
        .Add("assertion_key_id", KeyId)
        .Add("assertion_audience", AssertsToEndpoint ? "endpoint" : null)
        .Add("assertion_holds_scopes", HoldsScopes ? "yes" : null)
        .AddSet("assertion_scope", Scopes ?? []);

    public override ValueTask<Secret> MakeAsync(TokenEndpoint endpoint, IEventSink events, CancellationToken cancel)
    {
        var signer = key.Read();
        var address = endpoint.Address.GetLeftPart(UriPartial.Path);
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = issuer,
            ["sub"] = Subject ?? issuer,
            ["aud"] = AssertsToEndpoint ? address : endpoint.Issuer ?? address,
            ["jti"] = SignedJwt.NewId(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + s_lifetime).ToUnixTimeSeconds(),
        };
        if (Scopes is { Count: > 0 }) claims["scope"] = string.Join(' ', Scopes);
        var made = Latest = SignedJwt.Make(signer, SigningAlgorithm.Choose(signer, Algorithm, null), KeyId ?? signer.KeyId, claims);
        return new(made);
    }
}
