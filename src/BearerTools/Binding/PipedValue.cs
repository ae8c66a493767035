using System.Management.Automation;
using System.Management.Automation.Internal;
using BearerTools.Security;

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

    /// <summary>Whether the property of this name is taken from inputs that have one, where nothing was given.</summary>
    public bool TakesProperty { get; init; }

    /// <summary>For bodies: a script block may make several values, which are one list then, and has to make something.</summary>
    public bool IsBody { get; init; }

    /// <exception cref="BearerRequestException">The block failed, or made something else; or the property is something else.</exception>
    public T? For(PSObject? input)
    {
        if (_block is not null) return Made(_block, input);
        return TakesProperty ? PropertyOf(input) : _value;
    }

    private T? Made(ScriptBlock block, PSObject? input)
    {
        var made = InputBlock.Run(block, input, (why, e) => Refuse($"The script block of -{_parameter} failed: {why}", e));
        if (made is [{ } one] && Convert(one) is { } value) return value;
        if (IsBody && made.Count != 1) return made.Count > 1 ? Convert(made.ToArray<object?>()) : throw Refuse($"The script block of -{_parameter} made nothing.", null);
        return made.All(item => item is null) ? null : throw Refuse($"The script block of -{_parameter} made something else than one {Name}.", null);
    }

    /// <summary>Most inputs are texts, addresses or numbers, in which nobody looks for it.</summary>
    private T? PropertyOf(PSObject? input)
    {
        if (input?.BaseObject is null or string or Uri || input.BaseObject.GetType().IsPrimitive) return null;
        object? value;
        try
        {
            value = input.Properties[_parameter]?.Value;
        }
        catch (ExtendedTypeSystemException e)
        {
            throw Refuse($"The property {_parameter} of an input cannot be read: {e.Message}", e);
        }

        if (value is null || ReferenceEquals(value, AutomationNull.Value)) return null;
        return Convert(value) ?? throw Refuse($"The property {_parameter} of an input is a {TypeOf(value)}.", null);
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
