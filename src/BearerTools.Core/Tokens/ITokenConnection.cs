using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>The identity part of a connection: the token, and the origins that it may be sent to.</summary>
internal interface ITokenConnection
{
    /// <summary>Provides and renews the token.</summary>
    TokenEntry Tokens { get; }

    /// <summary>The origins that the token may be sent to.</summary>
    OriginPolicy Origins { get; }

    /// <summary>How the token is sent.</summary>
    TokenPlacement Placement { get; }

    /// <summary>Advice for a request to an origin that <see cref="Origins"/> does not allow.</summary>
    string AdviceFor(Origin origin);
}
