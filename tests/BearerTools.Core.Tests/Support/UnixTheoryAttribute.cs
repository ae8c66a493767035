namespace BearerTools.Tests.Support;

/// <summary>A test of permissions that Windows does not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "Needs the permissions of Unix.";
    }
}
