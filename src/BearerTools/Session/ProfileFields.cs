using System.Collections;
using System.Management.Automation;
using System.Reflection;
using BearerTools.Cmdlets;
using BearerTools.Profiles.Saved;

namespace BearerTools.Session;

/// <summary>
/// The fields of saved profiles: the parameters that Connect-BearerApi and Set-BearerProfile share, except those whose values cannot stand
/// in a file.
/// </summary>
internal static class ProfileFields
{
    /// <summary>A reference to a secret has a parameter with this end of its name.</summary>
    private const string ReferenceEnd = "From";

    private static readonly PropertyInfo[] s_parameters =
    [
        .. typeof(ConnectionDefinitionCommand).GetProperties()
            .Where(property => property.IsDefined(typeof(ParameterAttribute)))
            .OrderBy(property => property.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<ProfileField> All { get; } = [.. s_parameters.Select(Create).OfType<ProfileField>()];

    /// <summary>The field of a parameter; <see langword="null"/> if the value of the parameter cannot be saved.</summary>
    public static ProfileField? Find(string parameter) => All.FirstOrDefault(field => field.Name == parameter);

    /// <summary>The value of a parameter on a command line.</summary>
    public static object? Value(ConnectionDefinitionCommand command, string parameter) =>
        s_parameters.First(property => property.Name == parameter).GetValue(command);

    /// <summary>True for a parameter of all profiles, and false for one of a cmdlet, such as -PassThru.</summary>
    public static bool IsParameter(string parameter) => Array.Exists(s_parameters, property => property.Name == parameter);

    private static ProfileField? Create(PropertyInfo property) => Kind(property.PropertyType) is not { } kind ? null
        : new ProfileField(property.Name, kind)
        {
            Aliases = [.. property.GetCustomAttributes<AliasAttribute>().SelectMany(alias => alias.AliasNames)],
            Place = property.Name is nameof(TokenFlowCommand.ClientKey) or nameof(TokenFlowCommand.ServiceAccountKey)
                ? ProfilePlace.PathOrReference
                : property.Name.EndsWith(ReferenceEnd, StringComparison.Ordinal) ? ProfilePlace.Reference : ProfilePlace.None,
        };

    private static ProfileFieldKind? Kind(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(SwitchParameter)) return ProfileFieldKind.Switch;
        if (type == typeof(int) || type == typeof(long)) return ProfileFieldKind.Number;
        if (type == typeof(string) || type == typeof(Uri) || type == typeof(RateLimit) || type.IsEnum) return ProfileFieldKind.Text;
        if (type == typeof(string[]) || type == typeof(Uri[])) return ProfileFieldKind.TextList;
        if (type == typeof(int[])) return ProfileFieldKind.NumberList;
        if (type == typeof(IDictionary)) return ProfileFieldKind.Map;
        return type == typeof(object) ? ProfileFieldKind.Body : null;
    }
}
