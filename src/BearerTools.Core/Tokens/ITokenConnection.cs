using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>The part of a connection that decides who a request goes out as: the token, and the origins that it may go to.</summary>
internal interface ITokenConnection
{
    /// <summary>Gives and renews the token.</summary>
    TokenEntry Tokens { get; }

    /// <summary>The origins that the token may go to.</summary>
    OriginPolicy Origins { get; }

    /// <summary>What a user can do to send the token, or another one, to an origin that <see cref="Origins"/> does not admit.</summary>
    string AdviceFor(Origin origin);
}
