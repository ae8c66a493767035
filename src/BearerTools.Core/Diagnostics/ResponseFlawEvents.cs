namespace BearerTools.Diagnostics;

/// <summary>A flaw in a token response that does not prevent the token from being used.</summary>
internal abstract record ResponseFlaw : DiagnosticEvent;

/// <summary>The token response has no <c>token_type</c>.</summary>
internal sealed record TokenTypeMissing : ResponseFlaw;

/// <summary>The token response has an <c>expires_in</c> that is not a number of seconds.</summary>
internal sealed record ExpiresInInvalid : ResponseFlaw;

/// <summary>The response to a token exchange has no <c>issued_token_type</c>.</summary>
internal sealed record IssuedTokenTypeMissing : ResponseFlaw;

/// <summary>A token exchange returned another type of token than requested.</summary>
internal sealed record IssuedTokenTypeDiffers(string Issued) : ResponseFlaw;

/// <summary>A member of a login response that should contain the expiry cannot be read.</summary>
internal sealed record LoginExpiryInvalid(string Member) : ResponseFlaw;

/// <summary>The response contains an ID token, and there is no metadata to validate it with.</summary>
internal sealed record IdTokenIgnored : ResponseFlaw;
