using System.Management.Automation;
using BearerTools.Security;

namespace BearerTools.Binding;

/// <summary>
/// What a parameter was given: a value for all inputs, or a script block that makes one of each. The engine could run the block, but
/// only for a parameter that is also bound by property name; then what an API sends would become bodies, headers and file names.
/// </summary>
/// <typeparam name="T">What it is in the end.</typeparam>
internal sealed class PipedValue<T> where T : class
{
    private readonly string _parameter;
    private readonly string _nextStep;
    private readonly ScriptBlock? _block;
    private readonly T? _value;

    /// <param name="parameter">Its name.</param>
    /// <param name="given">What was given.</param>
    /// <param name="hasInput">Whether anything comes that a script block could make something of.</param>
    /// <param name="nextStep">What to give, when this is of no use.</param>
    /// <exception cref="BearerRequestException">It is neither.</exception>
    public PipedValue(string parameter, object? given, bool hasInput, string nextStep)
    {
        _parameter = parameter;
        _nextStep = nextStep;
        _block = PSValue.Unwrap(given) as ScriptBlock;
        if (_block is not null && !hasInput) throw Refuse($"The script block of -{parameter} makes one of each input, and nothing is piped in.", null);
        if (_block is null && given is not null) _value = Convert(given) ?? throw Refuse($"-{parameter} cannot be a {TypeOf(given)}.", null);
    }

    /// <summary>For bodies: a script block may make several values, which are one list then, and has to make something.</summary>
    public bool IsBody { get; init; }

    /// <exception cref="BearerRequestException">The block failed, or made something else.</exception>
    public T? For(PSObject? input) => _block is not null ? Made(_block, input) : _value;

    private T? Made(ScriptBlock block, PSObject? input)
    {
        var made = InputBlock.Run(block, input, (why, e) => Refuse($"The script block of -{_parameter} failed: {why}", e));
        if (made is [{ } one] && Convert(one) is { } value) return value;
        if (IsBody && made.Count != 1) return made.Count > 1 ? Convert(made.ToArray<object?>()) : throw Refuse($"The script block of -{_parameter} made nothing.", null);
        return made.All(item => item is null) ? null : throw Refuse($"The script block of -{_parameter} made something else than one {Name}.", null);
    }

    private static string Name => typeof(T) == typeof(string) ? "text" : "dictionary";

    private static string TypeOf(object value) => PSValue.Unwrap(value)!.GetType().Name;

    private static T? Convert(object given) => given as T ?? PSValue.Unwrap(given) as T ?? (LanguagePrimitives.TryConvertTo<T>(given, out var converted) ? converted : null);

    private BearerRequestException Refuse(string message, Exception? cause) => new(LiveSecrets.Redact(message), cause)
    {
        ErrorId = $"{_parameter}Refused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = _nextStep,
    };
}
