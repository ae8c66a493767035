using System.Collections.Concurrent;
using System.Collections.Immutable;
using BearerTools.Security;

namespace BearerTools.Profiles;

/// <summary>
/// The profiles of the process. Names are not case-sensitive. Every change replaces the whole set, so that readers see a consistent state.
/// </summary>
internal sealed class ProfileStore
{
    private ImmutableSortedDictionary<string, ConnectionProfile> _profiles =
        ImmutableSortedDictionary.Create<string, ConnectionProfile>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Profiles that exist only as long as something else refers to them. They are found by name, but not listed.</summary>
    private readonly ConcurrentDictionary<string, WeakReference<ConnectionProfile>> _lent = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<ConnectionProfile> All => [.. Volatile.Read(ref _profiles).Values];

    public IReadOnlyList<string> Names => [.. Volatile.Read(ref _profiles).Keys];

    /// <summary>The profile, or <see langword="null"/>.</summary>
    public ConnectionProfile? Find(string name) => Volatile.Read(ref _profiles).GetValueOrDefault(name)
        ?? (_lent.TryGetValue(name, out var lent) && lent.TryGetTarget(out var profile) ? profile : null);

    /// <exception cref="BearerTokenException">The profile does not exist.</exception>
    public ConnectionProfile Get(string name) => Find(name) ?? throw Unknown(name, []);

    /// <summary>Adds a profile, or replaces the one with the same name.</summary>
    public void Set(ConnectionProfile profile) =>
        ImmutableInterlocked.Update(ref _profiles, static (all, added) => all.SetItem(added.Name, added), profile);

    /// <summary>Replaces a profile by its successor, unless another command has replaced or removed it.</summary>
    public void Succeed(ConnectionProfile profile, ConnectionProfile successor) => ImmutableInterlocked.Update(
        ref _profiles,
        static (all, pair) => ReferenceEquals(all.GetValueOrDefault(pair.profile.Name), pair.profile)
            ? all.SetItem(pair.successor.Name, pair.successor)
            : all,
        (profile, successor));

    /// <summary>Adds a profile that exists as long as the caller keeps it, under a name that nothing else has.</summary>
    public void Lend(ConnectionProfile profile)
    {
        foreach (var (name, lent) in _lent)
        {
            if (!lent.TryGetTarget(out _)) _lent.TryRemove(name, out _);
        }

        _lent[profile.Name] = new WeakReference<ConnectionProfile>(profile);
    }

    /// <exception cref="BearerTokenException">The profile does not exist.</exception>
    public void Remove(string name)
    {
        var profile = Get(name);
        _lent.TryRemove(name, out _);
        ImmutableInterlocked.Update(ref _profiles, static (all, removed) => all.Remove(removed), profile.Name);
    }

    /// <summary>Names of the profiles whose token may be sent to an origin.</summary>
    public IReadOnlyList<string> For(Origin origin) =>
        [.. All.Where(profile => profile.Origins.Admits(origin)).Select(profile => profile.Name)];

    /// <summary>The error for a profile that is neither here nor among the saved ones. It suggests names of both.</summary>
    public BearerTokenException Unknown(string name, IEnumerable<string> saved)
    {
        string[] names = [.. Names.Union(saved, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        var near = NearestNames.Of(name, names);
        return new BearerTokenException($"There is no profile '{ServerText.Clean(name, 100)}'.")
        {
            ErrorId = "ProfileNotFound",
            Kind = BearerErrorKind.NotFound,
            NextStep = (near.Count, names.Length) switch
            {
                ( > 0, _) =>
                    $"Did you mean {string.Join(" or ", near.Select(known => $"'{known}'"))}? Get-BearerProfile lists all profiles.",
                (_, > 0) =>
                    $"The profiles are {string.Join(", ", names.Take(10).Select(known => $"'{known}'"))}"
                        + $"{(names.Length > 10 ? ", …" : string.Empty)}.",
                _ => "No profiles are defined in this process or saved. Define one with Set-BearerProfile.",
            },
        };
    }
}
