using BearerTools.Security;

namespace BearerTools.Composition;

/// <summary>Names a connection in errors, where a process has several.</summary>
internal static class ConnectionName
{
    private const int Longest = 100;

    /// <summary>Such as <c>profile contoso</c> or <c>client ops</c>; <see langword="null"/> if the process has only one login.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="process">The services of the process. A mocked connection has others, with the logins at its mock.</param>
    public static string? WhereSeveral(Connection connection, BearerServices process) =>
        HasSeveral(process) || HasSeveral(connection.Services) ? Of(connection) : null;

    /// <summary>The name, or <see langword="null"/> if nothing distinguishes the connection.</summary>
    public static string? Of(Connection connection)
    {
        var metadata = connection.Tokens.Source.Metadata;
        var token = connection.Tokens.Current;
        return connection.Profile is { } profile ? Named("profile", profile)
            : (token?.Account ?? metadata.Account) is { Length: > 0 } account ? Named("account", account)
            : (token?.ClientId ?? metadata.ClientId) is { Length: > 0 } client ? Named("client", client)
            : token is not null ? Named("token", token.Fingerprint)
            : null;
    }

    private static bool HasSeveral(BearerServices services) =>
        services.Profiles.All.Count > 1 || services.Cache.Snapshot().Count > 1;

    private static string Named(string kind, string name) => $"{kind} {ServerText.Clean(name, Longest)}";
}
