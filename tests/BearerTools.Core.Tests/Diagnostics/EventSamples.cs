using System.Reflection;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Security;

namespace BearerTools.Tests.Diagnostics;

/// <summary>One event of each type, and for what may be missing another one without it.</summary>
internal static class EventSamples
{
    public static IEnumerable<Type> Types { get; } =
        [.. typeof(DiagnosticEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DiagnosticEvent)) && !type.IsAbstract)];

    public static IEnumerable<DiagnosticEvent> All => Types.SelectMany(Of);

    private static IEnumerable<DiagnosticEvent> Of(Type type)
    {
        var parameters = type.GetConstructors().Single(constructor => constructor.GetParameters() is not [{ } only] || only.ParameterType != type).GetParameters();
        yield return Make(type, parameters.Select(Value));
        yield return Make(type, parameters.Select(parameter => IsOptional(parameter) ? null : Value(parameter)));
        foreach (var value in parameters.Where(parameter => parameter.ParameterType.IsEnum).SelectMany(parameter => Enum.GetValues(parameter.ParameterType).Cast<object>()))
            yield return Make(type, parameters.Select(parameter => parameter.ParameterType.IsEnum ? value : Value(parameter)));
        foreach (var flag in (bool[])[false, true])
            yield return Make(type, parameters.Select(parameter => parameter.ParameterType == typeof(bool) ? flag : Value(parameter)));
    }

    private static DiagnosticEvent Make(Type type, IEnumerable<object?> values) => (DiagnosticEvent)Activator.CreateInstance(type, [.. values])!;

    private static bool IsOptional(ParameterInfo parameter) =>
        Nullable.GetUnderlyingType(parameter.ParameterType) is not null || new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;

    private static object? Value(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type == typeof(string) ? parameter.Name
            : type == typeof(Uri) ? new Uri("https://api.contoso.com/v1/users?key=value")
            : type == typeof(HttpMethod) ? HttpMethod.Get
            : type == typeof(Origin) ? Origin.Of(new Uri("https://api.contoso.com"))
            : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(1234.5)
            : type == typeof(DateTimeOffset) ? DateTimeOffset.UnixEpoch
            : type == typeof(LastPage) ? new LastPage(LastPageReason.NoNextPage, ["path"])
            : type == typeof(IReadOnlyList<string>) ? new[] { "one", "two" }
            : type == typeof(TracedHead) ? new TracedHead("GET / HTTP/1.1", [new("Host", "api.contoso.com")])
            : type == typeof(TracedBody) ? new TracedBody("{}", "application/json", IsCut: false, IsText: true)
            : type.IsEnum ? Enum.GetValues(type).GetValue(0)
            : Convert.ChangeType(7, type, null);
    }
}
