namespace BearerTools.Grants.Login;

/// <summary>Opens pages in the user's browser.</summary>
internal interface IBrowser
{
    /// <summary>Opens an https or loopback address; returns when the browser seems to have started.</summary>
    /// <exception cref="BearerTokenException">There is no browser, or it could not be started.</exception>
    Task OpenAsync(Uri address, CancellationToken cancel);
}
