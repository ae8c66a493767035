namespace BearerTools.Cmdlets;

/// <summary>
/// Names of the parameter sets of the token flows. A parameter is in the sets of the flows that use it, and in no others.
/// PowerShell allows at most 32 sets per cmdlet.
/// </summary>
internal static class Flow
{
    /// <summary>The default set: it has no mandatory parameter.</summary>
    public const string ClientCredentials = "ClientCredentials";

    public const string Interactive = "Interactive";
    public const string DeviceCode = "DeviceCode";
    public const string Password = "Password";
    public const string RefreshToken = "RefreshToken";
    public const string RefreshTokenFrom = "RefreshTokenFrom";
    public const string TokenExchange = "TokenExchange";
    public const string TokenExchangeFrom = "TokenExchangeFrom";
    public const string Assertion = "Assertion";
    public const string AssertionFrom = "AssertionFrom";
    public const string Subject = "Subject";
    public const string ServiceAccount = "ServiceAccount";
    public const string GitHubApp = "GitHubApp";
    public const string JsonLogin = "JsonLogin";
    public const string GivenToken = "GivenToken";
    public const string GivenTokenFrom = "GivenTokenFrom";

    public const string EntraClientCredentials = "EntraClientCredentials";

    /// <summary>Client credentials whose tenant comes from the environment that issues the assertion.</summary>
    public const string EntraClientAssertion = "EntraClientAssertion";

    public const string EntraInteractive = "EntraInteractive";
    public const string EntraDeviceCode = "EntraDeviceCode";
    public const string Account = "Account";
    public const string OnBehalfOf = "OnBehalfOf";
    public const string ManagedIdentity = "ManagedIdentity";
    public const string DefaultChain = "DefaultChain";
}
