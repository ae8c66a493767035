namespace BearerTools.Binding;

/// <summary>The error for a value that a parameter cannot take (<see cref="RefusedValue"/>).</summary>
/// <param name="parameter">The name of the parameter.</param>
/// <param name="message">The message.</param>
internal sealed class InvalidParameterException(string parameter, string message) : BearerTokenException(message)
{
    public string Parameter => parameter;
}
