namespace BearerTools.Diagnostics.Tracing;

/// <summary>Why a message is sent.</summary>
internal enum SendReason
{
    /// <summary>It is the first one of its request.</summary>
    First,

    /// <summary>The one before failed, and a retry may help.</summary>
    Retry,

    /// <summary>The API rejected the token, and this message has a new one.</summary>
    NewToken,

    /// <summary>The API redirected the request.</summary>
    Redirect,

    /// <summary>The API requires its nonce in the DPoP proof.</summary>
    Nonce,

    /// <summary>It follows another one of the same input: a page, a poll, or the rest of a body that broke off.</summary>
    Next,
}
