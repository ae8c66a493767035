using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>
/// What <c>-IdempotencyKey</c> was given: a script block that makes the key of each input, <c>generated</c>, or the key of
/// the only input. The same for every try, so that a server that knows such keys does once what comes several times.
/// </summary>
internal sealed class IdempotencyKeys
{
    private const string Generated = "generated";

    private readonly object? _given;
    private string? _last;

    /// <exception cref="BearerRequestException">It is nothing of that.</exception>
    public IdempotencyKeys(object? given)
    {
        _given = PSValue.Unwrap(given);
        if (_given is Guid key) _given = key.ToString();
        if (_given is not (null or string or ScriptBlock)) throw Refuse("IdempotencyKeyRefused", $"An idempotency key is not a {_given.GetType().Name}.");
    }

    /// <exception cref="BearerRequestException">The key cannot be used for this input.</exception>
    public RequestTemplate AddTo(RequestTemplate template)
    {
        if (_given is null) return template;
        if (template.Headers.Any(header => string.Equals(header.Key, RetryClassifier.KeyHeader, StringComparison.OrdinalIgnoreCase)))
            throw Refuse("IdempotencyKeyRefused", "The headers have an idempotency key already.");
        var key = Of(template.Input);
        if (key.Length == 0 || key.Any(c => c is < ' ' or > '~')) throw Refuse("IdempotencyKeyRefused", "The idempotency key is empty, or has characters that a header cannot carry.");
        if (key == _last) throw Refuse("IdempotencyKeyRepeated", "This input has the idempotency key of the one before it: the API would take it for the same request, and not do it.");
        _last = key;
        return template with { Headers = [.. template.Headers, new(RetryClassifier.KeyHeader, key)] };
    }

    private string Of(object? input)
    {
        if (_given is not ScriptBlock block) return _given is string text && !text.Equals(Generated, StringComparison.OrdinalIgnoreCase) ? text : Guid.NewGuid().ToString();
        var made = InputBlock.Run(block, input, (why, e) => Refuse("IdempotencyKeyRefused", $"The script block of -IdempotencyKey failed: {why}", e));
        return made is [{ } key] ? RequestBodyFactory.Shown(key.BaseObject) : throw Refuse("IdempotencyKeyRefused", "The script block of -IdempotencyKey made no key, or several.");
    }

    private static BearerRequestException Refuse(string errorId, string message, Exception? cause = null) => new(LiveSecrets.Redact(message), cause)
    {
        ErrorId = errorId,
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Make one of each input with a script block, such as -IdempotencyKey { $_.Id }, or have one made for each with -IdempotencyKey generated.",
    };
}
