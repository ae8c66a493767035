using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>
/// What a parameter was given: a value for all inputs, a script block that makes one of each, or nothing, and then perhaps
/// the input's own property of its name. The engine can do the last two by itself, but looks for the property in texts and
/// addresses too, several times for each of them, which costs more than the rest of an input; and runs the block only for a
/// parameter that also takes the property. Then <see cref="Uri.Query"/> would be the query, and what an API sends would name
/// the files of this machine.
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
    /// <param name="nextStep">What to give, when this is of no use.</param>
    /// <exception cref="BearerRequestException">It is neither.</exception>
    public PipedValue(string parameter, object? given, string nextStep)
    {
        _parameter = parameter;
        _nextStep = nextStep;
        _block = Unwrap(given) as ScriptBlock;
        if (_block is null && given is not null) _value = Convert(given) ?? throw Refuse($"-{parameter} cannot be a {Unwrap(given)!.GetType().Name}.", null);
    }

    /// <summary>Whether the property of this name is taken from inputs that have one, where nothing was given.</summary>
    public bool TakesProperty { get; init; }

    /// <summary>Whether a script block may make several values, which are one list then, and has to make something.</summary>
    public bool TakesLists { get; init; }

    /// <exception cref="BearerRequestException">The block failed, or made something else; or the property is something else.</exception>
    public T? For(PSObject? input)
    {
        if (_block is not null) return Made(_block, input);
        return _value ?? (TakesProperty ? PropertyOf(input) : null);
    }

    private T? Made(ScriptBlock block, PSObject? input)
    {
        var made = InputBlock.Run(block, input, (why, e) => Refuse($"The script block of -{_parameter} failed: {why}", e));
        if (made is [{ } one] && Convert(one) is { } value) return value;
        if (!TakesLists) return made.All(item => item is null) ? null : throw Refuse($"The script block of -{_parameter} made something else than one {Name}.", null);
        return made.Count > 1 ? Convert(made.ToArray<object?>()) : throw Refuse($"The script block of -{_parameter} made nothing.", null);
    }

    /// <summary>What is a text, an address or a number has no such properties.</summary>
    private T? PropertyOf(PSObject? input)
    {
        if (input?.BaseObject is null or string or Uri or ValueType) return null;
        object? value;
        try
        {
            value = input.Properties[_parameter]?.Value;
        }
        catch (ExtendedTypeSystemException e)
        {
            throw Refuse($"The property {_parameter} of an input cannot be read: {e.Message}", e);
        }

        return value is null ? null : Convert(value) ?? throw Refuse($"The property {_parameter} of an input is a {Unwrap(value)!.GetType().Name}.", null);
    }

    private static string Name => typeof(T) == typeof(string) ? "text" : "dictionary";

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static T? Convert(object given) => given as T ?? Unwrap(given) as T ?? (LanguagePrimitives.TryConvertTo<T>(given, out var converted) ? converted : null);

    private BearerRequestException Refuse(string message, Exception? cause) => new(Tokens.LiveSecrets.Redact(message), cause)
    {
        ErrorId = $"{_parameter}Refused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = _nextStep,
    };
}
