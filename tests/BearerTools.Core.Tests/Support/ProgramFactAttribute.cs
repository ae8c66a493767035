using BearerTools.Security;

namespace BearerTools.Tests.Support;

/// <summary>A test that needs programs that may not be installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        if (programs.FirstOrDefault(program => Executable.Find(program) is null) is { } missing) Skip = $"{missing} is not installed.";
    }
}
