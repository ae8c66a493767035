using BearerTools.Security;

namespace BearerTools.Storage;

/// <summary>The environment variable that names the store of connections whose command line and profile name none.</summary>
internal static class StoreVariable
{
    public const string Name = "BEARERTOOLS_STORE";

    /// <returns>The store; <see cref="StoreKind.Memory"/> if the variable is not set.</returns>
    /// <exception cref="BearerTokenException">Its text is not the name of a store.</exception>
    public static StoreKind Read()
    {
        var text = Environment.GetEnvironmentVariable(Name)?.Trim();
        if (string.IsNullOrEmpty(text)) return StoreKind.Memory;
        var names = Enum.GetNames<StoreKind>();
        var name = names.FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name is not null ? Enum.Parse<StoreKind>(name) : throw new BearerTokenException(
            $"The environment variable {Name} is not valid: '{ServerText.Clean(text, 60)}' is no store.")
        {
            ErrorId = "InvalidEnvironmentVariable",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = $"Set it to {string.Join(", ", names[..^1])} or {names[^1]}, or remove it.",
        };
    }
}
