using System.Collections;
using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>
/// What <c>-Query</c> was given: a dictionary for all inputs, or a script block that makes one of each. The engine would
/// run the block only for a parameter that takes properties of the input too, and a <see cref="Uri"/> has one called Query.
/// </summary>
internal sealed class PipedQuery
{
    private readonly object? _given;

    /// <exception cref="BearerRequestException">It is neither.</exception>
    public PipedQuery(object? given)
    {
        _given = given is PSObject wrapped ? wrapped.BaseObject : given;
        if (_given is not (null or IDictionary or ScriptBlock)) throw Refuse($"A query is not a {_given.GetType().Name}.", null);
    }

    /// <exception cref="BearerRequestException">The block failed, or made no dictionary.</exception>
    public IDictionary? For(object? input)
    {
        if (_given is not ScriptBlock block) return (IDictionary?)_given;
        var made = InputBlock.Run(block, input, (why, e) => Refuse($"The script block of -Query failed: {why}", e));
        if (made is [{ BaseObject: IDictionary query }]) return query;
        return made.All(item => item is null) ? null : throw Refuse("The script block of -Query made something else than one dictionary.", null);
    }

    private static BearerRequestException Refuse(string message, Exception? cause) => new(Tokens.LiveSecrets.Redact(message), cause)
    {
        ErrorId = "QueryRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Give a hashtable of names and values, or a script block that makes one of $_.",
    };
}
