using BearerTools.Composition;
using BearerTools.Profiles;

namespace BearerTools;

/// <summary>
/// A mock of an API. It responds in process, from each runspace that it is passed to, and opens no socket.
/// </summary>
public sealed class BearerMock
{
    private readonly AccessToken _token;
    private readonly ConnectionProfile _profile;

    internal BearerMock(MockedApi api, AccessToken token, ConnectionProfile profile) => (Api, _token, _profile) = (api, token, profile);

    /// <summary>Its base address.</summary>
    public Uri BaseUri => Api.Mock.BaseUri;

    /// <summary>
    /// A token that carries a connection to the mock: <c>-Token $mock.Token</c> works in each runspace. Nothing else accepts it.
    /// </summary>
    public AccessToken Token => Api.Connection.Bind(Api.Connection.Tokens.Current ?? _token);

    /// <summary>
    /// Name of a profile that leads to the mock, from each runspace: <c>-Profile $mock.Profile</c>. It exists as long as the mock.
    /// </summary>
    public string Profile => _profile.Name;

    /// <summary>The rules, in the order in which they are tried.</summary>
    public IReadOnlyList<string> Rules => [.. Api.Mock.Rules.Select(rule => $"{rule.Number}: {rule}")];

    /// <summary>Number of calls so far.</summary>
    public int CallCount => Api.Mock.Calls.Count;

    /// <summary>The time on the mock's clock.</summary>
    public DateTimeOffset Now => Api.Mock.Clock.GetUtcNow();

    internal MockedApi Api { get; }

    /// <summary>The base address.</summary>
    /// <returns>Text that is safe to print.</returns>
    public override string ToString() => $"Mock of {BaseUri}";
}
