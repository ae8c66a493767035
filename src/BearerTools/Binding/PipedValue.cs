using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>
/// What a parameter was given: a value for all inputs, or a script block that makes one of each. The engine would run the
/// block only for a parameter that takes properties of the input too. Then <see cref="Uri.Query"/> would be the query, and
/// what an API sends would name the files of this machine; and looking for the property costs more than the rest of an input.
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
        if (given is PSObject wrapped) given = wrapped.BaseObject;
        _block = given as ScriptBlock;
        if (_block is null && given is not null) _value = Convert(given) ?? throw Refuse($"-{parameter} cannot be a {given.GetType().Name}.", null);
    }

    /// <exception cref="BearerRequestException">The block failed, or made something else.</exception>
    public T? For(object? input)
    {
        if (_block is null) return _value;
        var made = InputBlock.Run(_block, input, (why, e) => Refuse($"The script block of -{_parameter} failed: {why}", e));
        if (made is [{ } one] && Convert(one.BaseObject) is { } value) return value;
        return made.All(item => item is null) ? null : throw Refuse($"The script block of -{_parameter} made something else than one {Name}.", null);
    }

    private static string Name => typeof(T) == typeof(string) ? "text" : "dictionary";

    private static T? Convert(object given) => given as T ?? (LanguagePrimitives.TryConvertTo<T>(given, out var converted) ? converted : null);

    private BearerRequestException Refuse(string message, Exception? cause) => new(Tokens.LiveSecrets.Redact(message), cause)
    {
        ErrorId = $"{_parameter}Refused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = _nextStep,
    };
}
