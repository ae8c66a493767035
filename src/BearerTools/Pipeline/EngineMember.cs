namespace BearerTools.Pipeline;

/// <summary>Guards reflection on internal members of the engine, which may be missing or different in any version.</summary>
internal static class EngineMember
{
    /// <summary>The result of <paramref name="find"/>, or <see langword="null"/> if it fails for any reason.</summary>
    public static T? OrNull<T>(Func<T?> find) where T : class
    {
        try
        {
            return find();
        }
        catch (Exception)
        {
            return null;
        }
    }
}
