using BearerTools.Fuzz.Targets;

namespace BearerTools.Fuzz;

/// <summary>Every parser of text that servers or files supply, one group a line.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<Target> All { get; } =
    [
        .. ValueTargets.All,
        .. HeaderTargets.All,
        .. AddressTargets.All,
        .. BodyTargets.All,
        .. FileTargets.All,
        .. RecordingTargets.All,
        .. KeyTargets.All,
        .. TokenTargets.All,
        .. AuthorityTargets.All,
        .. EntraTargets.All,
    ];

    public static IEnumerable<object[]> Names => All.Select(target => new object[] { target.Name });

    public static Target Named(string name) => All.Single(target => target.Name == name);
}
