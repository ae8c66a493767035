namespace BearerTools.Pipeline;

/// <summary>Guards reflection on members that the engine does not publish: they may be missing, or be something else, in any engine.</summary>
internal static class EngineMember
{
    /// <summary>What <paramref name="find"/> makes of the engine's members, or <see langword="null"/> if it fails in any respect.</summary>
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
