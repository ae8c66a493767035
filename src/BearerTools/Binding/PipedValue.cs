using System.Management.Automation;
using BearerTools.Security;

namespace BearerTools.Binding;

/// <summary>
/// The value of a parameter: one value for all inputs, or a script block that returns one for each. The engine could run the block, but
/// only for a parameter that also binds by property name; then data from an API would become bodies, headers and file names.
/// </summary>
/// <typeparam name="T">Type of the value.</typeparam>
internal sealed class PipedValue<T> where T : class
{
    private readonly string _parameter;
    private readonly string _nextStep;
    private readonly Func<object, T?> _convert;
    private readonly ScriptBlock? _block;
    private readonly T? _value;

    /// <param name="parameter">Name of the parameter.</param>
    /// <param name="given">The value that was given.</param>
    /// <param name="hasInput">True if there is input that a script block can run on.</param>
    /// <param name="nextStep">Advice for an invalid value.</param>
    /// <param name="convert">Converts a value (default: as the engine does), and returns <see langword="null"/> if it is invalid.</param>
    /// <exception cref="BearerRequestException">The value is invalid.</exception>
    public PipedValue(string parameter, object? given, bool hasInput, string nextStep, Func<object, T?>? convert = null)
    {
        _convert = convert ?? Convert;
        _parameter = parameter;
        _nextStep = nextStep;
        _block = PSValue.Unwrap(given) as ScriptBlock;
        if (_block is not null && !hasInput)
            throw Refuse($"The script block of -{parameter} runs for each piped object, and nothing is piped in.", null);
        if (_block is null && given is not null)
            _value = _convert(given) ?? throw Refuse($"-{parameter} cannot be a {TypeOf(given)}.", null);
    }

    /// <summary>True for bodies: a script block must return something, and several values become a list.</summary>
    public bool IsBody { get; init; }

    /// <exception cref="BearerRequestException">The block failed, or returned an invalid value.</exception>
    public T? For(PSObject? input) => _block is not null ? RunBlock(_block, input) : _value;

    private T? RunBlock(ScriptBlock block, PSObject? input)
    {
        var results = InputBlock.Run(block, input, (why, e) => Refuse($"The script block of -{_parameter} failed: {why}", e));
        if (results is [{ } single] && _convert(single) is { } value) return value;
        if (IsBody && results.Count != 1)
            return results.Count > 1
                ? _convert(results.ToArray<object?>())
                : throw Refuse($"The script block of -{_parameter} returned nothing.", null);
        return results.All(item => item is null) ? null : throw Refuse($"The script block of -{_parameter} must return one {Name}.", null);
    }

    private static string Name => typeof(T) == typeof(string) ? "text" : "dictionary";

    private static string TypeOf(object value) => PSValue.Unwrap(value)!.GetType().Name;

    private static T? Convert(object given) =>
        given as T ?? PSValue.Unwrap(given) as T ?? (LanguagePrimitives.TryConvertTo<T>(given, out var converted) ? converted : null);

    private BearerRequestException Refuse(string message, Exception? cause) => new(LiveSecrets.Redact(message), cause)
    {
        ErrorId = $"{_parameter}Refused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = _nextStep,
    };
}
