namespace BearerTools.Grants;

/// <summary>A login of no agreed protocol: what is posted where, and where in the answer the token is.</summary>
internal sealed record JsonLoginOptions
{
    public required Uri LoginUri { get; init; }

    public required LoginBody Body { get; init; }

    /// <summary>Whose login it is, where that is known.</summary>
    public string? Account { get; init; }

    /// <summary>The place of the token, such as <c>data.auth.accessToken</c>; nothing: the usual places.</summary>
    public string? TokenPath { get; init; }

    /// <summary>The place of its life or its end; nothing: the usual names beside the token or at the top.</summary>
    public string? ExpiresInPath { get; init; }

    /// <summary>The response header that holds the token, in place of the body.</summary>
    public string? TokenHeader { get; init; }
}
