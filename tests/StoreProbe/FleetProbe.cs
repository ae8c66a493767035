using BearerTools.Composition;
using BearerTools.Fleet;
using BearerTools.Grants;
using BearerTools.Redis;
using BearerTools.Security;

namespace BearerTools.StoreProbe;

/// <summary>The services of a worker that shares its login through Redis.</summary>
internal static class FleetProbe
{
    public static BearerServices Services(string address, string key, TimeSpan leaseLife)
    {
        // The store of these services is that of the environment.
        Environment.SetEnvironmentVariable(FleetOptions.ConnectionVariable, address);
        var options = new FleetOptions { Place = address, Key = SecretReference.To(new Secret(key)) };
        return new BearerServices(loadFleet: (_, time) => new RedisFleet(options, time, leaseLife, timeout: null));
    }
}
