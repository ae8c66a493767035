using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox;

/// <summary>What the endpoints of one running sandbox share.</summary>
internal sealed class SandboxContext(SandboxOptions options) : IDisposable
{
    private Uri? _address;

    /// <summary>With port 0 it is known only once the server listens.</summary>
    public Uri Address
    {
        get => _address ?? throw new InvalidOperationException("The sandbox does not listen yet.");
        set => _address = value;
    }

    /// <summary>The address without its slash, so that both well-known forms are found at the root.</summary>
    public string Issuer => Address.GetLeftPart(UriPartial.Authority);

    public TimeProvider Clock { get; } = options.Clock;

    public string ClientId { get; } = "ops";

    public string ClientSecret { get; } = RandomSecret.Make();

    public string UserName { get; } = "ada";

    public string Password { get; } = RandomSecret.Make();

    public SandboxStats Stats { get; } = new(options.Clock);

    public SigningKeys Keys { get; } = new();

    public string ServiceAccount { get; } = "robot@sandbox.example.com";

    public RegisteredKey RegisteredKey { get; } = new(options.Clock);

    public IssuedTokens Tokens { get; } = new(options.Clock);

    public DPoPProofs Proofs { get; } = new(options.Clock);

    public RefreshTokens RefreshTokens { get; } = new();

    public void Dispose()
    {
        Keys.Dispose();
        RegisteredKey.Dispose();
    }
}
