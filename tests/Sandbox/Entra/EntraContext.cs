using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>What the endpoints of one stand-in share.</summary>
internal sealed class EntraContext : IDisposable
{
    public EntraContext(TimeProvider clock)
    {
        Clock = clock;
        Tokens = new EntraTokens(this);
    }

    public TimeProvider Clock { get; }

    public EntraDirectory Directory { get; } = new();

    public SigningKeys Keys { get; } = new();

    public EntraTokens Tokens { get; }

    public EntraLog Log { get; } = new();

    public EntraLevers Levers { get; } = new();

    /// <summary>What App Service puts into IDENTITY_HEADER.</summary>
    public string IdentityHeader { get; } = RandomSecret.MakeWord();

    /// <summary>What Azure Arc's agent leaves in a file that only administrators read.</summary>
    public string ArcKey { get; } = RandomSecret.MakeWord();

    /// <summary>What a build server gives its jobs, to ask for tokens with.</summary>
    public string JobToken { get; } = RandomSecret.MakeWord();

    public void Dispose()
    {
        Directory.Dispose();
        Keys.Dispose();
    }
}
