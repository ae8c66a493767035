using System.Text.Json;
using BearerTools.Json;
using BearerTools.Profiles.Saved;

namespace BearerTools.Profiles.Import;

/// <summary>
/// Reads http-client.env.json of Visual Studio and of JetBrains, with the files for private values beside it.
/// See https://learn.microsoft.com/aspnet/core/test/http-files and https://www.jetbrains.com/help/idea/oauth-2-0-authorization.html.
/// </summary>
internal static class HttpClientEnvironments
{
    public const string FileName = "http-client.env.json";
    public const string PrivateName = "http-client.private.env.json";
    private const string UserName = FileName + ".user";

    /// <summary>The environment whose variables all others have, in Visual Studio.</summary>
    private const string Shared = "$shared";

    private const string Schema = "$schema";
    private const string Security = "Security";
    private const string Auth = "Auth";

    /// <summary>A secret of Visual Studio is an object that says where it is.</summary>
    private const string Provider = "provider";

    /// <summary>The files of the environments in a folder that exist, those of the highest precedence last.</summary>
    public static IEnumerable<string> FilesIn(string folder) =>
        new[] { FileName, PrivateName, UserName }.Select(name => Path.Join(folder, name)).Where(File.Exists);

    /// <param name="files">Full path and content of each file, those of the highest precedence last.</param>
    /// <exception cref="BearerTokenException">A file is not valid.</exception>
    public static IReadOnlyList<ForeignEnvironment> Read(IEnumerable<(string Path, byte[] Content)> files)
    {
        var environments = new List<Draft>();
        foreach (var (path, content) in files)
        {
            var file = ForeignJson.Parse(path, content);
            var isPrivate = Path.GetFileName(path) == PrivateName;
            foreach (var member in file.Root.Members.Where(member => member.Name != Schema))
            {
                if (member.Value.Kind != JsonValueKind.Object)
                    throw file.Error(member.Start, $"'{ProfileFile.Shown(member.Name)}' is not an object.");
                var draft = environments.Find(known => known.Name == member.Name);
                if (draft is null) environments.Add(draft = new Draft(member.Name, file.Place(member.Start)));
                Add(draft, file, member.Value, isPrivate);
            }
        }

        var shared = environments.Find(draft => draft.Name == Shared);
        return [.. environments.Where(draft => draft != shared).Select(draft => draft.Complete(shared))];
    }

    private static void Add(Draft draft, ForeignJson file, JsonFileNode values, bool isPrivate)
    {
        foreach (var member in values.Members)
        {
            if (member.Name == Security && member.Value.Member(Auth)?.Value is { } logins)
            {
                foreach (var login in logins.Members)
                {
                    if (!draft.Logins.TryGetValue(login.Name, out var settings)) draft.Logins[login.Name] = settings = [];
                    // A setting of the private file may be anything; what is a secret shows in its name.
                    foreach (var setting in login.Value.Members) Set(settings, Variable(file, setting, isPrivate: false));
                }
            }
            else
            {
                Set(draft.Variables, Variable(file, member, isPrivate));
            }
        }
    }

    private static void Set(List<ForeignVariable> variables, ForeignVariable added)
    {
        variables.RemoveAll(known => known.Name == added.Name);
        variables.Add(added);
    }

    private static ForeignVariable Variable(ForeignJson file, JsonFileMember member, bool isPrivate)
    {
        var place = file.Place(member.Start);
        return member.Value.Kind switch
        {
            JsonValueKind.String or JsonValueKind.Number => new(member.Name, member.Value.Text, isPrivate, place),
            JsonValueKind.Object when member.Value.Member(Provider) is not null => new(member.Name, null, true, place),
            JsonValueKind.True => new(member.Name, "true", isPrivate, place),
            JsonValueKind.False => new(member.Name, "false", isPrivate, place),
            _ => new(member.Name, null, isPrivate, place),
        };
    }

    private sealed record Draft(string Name, string Place)
    {
        public List<ForeignVariable> Variables { get; } = [];

        public Dictionary<string, List<ForeignVariable>> Logins { get; } = new(StringComparer.Ordinal);

        public ForeignEnvironment Complete(Draft? shared)
        {
            var own = Variables.Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
            var inherited = shared?.Variables.Where(variable => !own.Contains(variable.Name)) ?? [];
            return new ForeignEnvironment(Name, Place, [.. Variables, .. inherited])
            {
                Logins = [.. Logins.Concat(shared?.Logins.Where(login => !Logins.ContainsKey(login.Key)) ?? [])
                    .Select(login => new ForeignLogin(login.Key, login.Value))],
            };
        }
    }
}
