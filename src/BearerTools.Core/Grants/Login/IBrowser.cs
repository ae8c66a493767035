namespace BearerTools.Grants.Login;

/// <summary>Opens pages for a person.</summary>
internal interface IBrowser
{
    /// <summary>Opens an address that is known to be https, or of this machine; returns when that seems to have worked.</summary>
    /// <exception cref="BearerTokenException">There is no browser, or it could not be started.</exception>
    Task OpenAsync(Uri address, CancellationToken cancel);
}
