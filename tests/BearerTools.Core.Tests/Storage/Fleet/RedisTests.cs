using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Storage.Fleet;

/// <summary>Tests with a Redis server of their own.</summary>
public abstract class RedisTests : IAsyncLifetime
{
    protected const string Identity = "0123456789ABCDEF";

    private protected RedisServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Executable.Find(RedisServer.Program) is not null) Server = await RedisServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}
